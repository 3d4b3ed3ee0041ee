"""The guide in other forms than a site: on paper, and as a handbook in Markdown. Both are made from the built pages."""
