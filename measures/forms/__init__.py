"""What people type into the pages of counting, read and checked."""
