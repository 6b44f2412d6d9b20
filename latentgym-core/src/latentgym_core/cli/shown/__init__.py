"""What commands show: tables, descriptions, progress."""
