"""The engines: whatever calls the house for what is due. The ledger's rows are what is due; an engine owns no truth."""
