"""What an admin does now and then: keep a copy, put it back, forget somebody, look at the week."""
