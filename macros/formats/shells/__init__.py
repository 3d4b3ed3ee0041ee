"""Languages that run commands: PowerShell, batch files, cmdlets, and the options of slmgr.vbs and ospp.vbs."""
