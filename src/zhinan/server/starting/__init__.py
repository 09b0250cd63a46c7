"""Starting the platform: what must be there first, the processes, the demo's round of visits, backups."""
