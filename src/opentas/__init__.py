"""The command line of OpenTAS and the runner of the whole product in one process."""
