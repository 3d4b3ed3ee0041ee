"""What every section draws with: HTML, drawings, citations, quantities, places, the clock."""
