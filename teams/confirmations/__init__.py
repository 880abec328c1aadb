"""What waits for a second person: appointments that hold power, and changed addresses."""
