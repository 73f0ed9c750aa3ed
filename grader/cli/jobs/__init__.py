"""What the commands do: imported when one is called, as this needs far more than all of --help does."""
