"""What the license states of many computers say. Pure: rows in, numbers and findings out."""
