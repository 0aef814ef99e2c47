package io.gyre.coroutines

/** What a test throws to see where it ends up. */
internal class ExpectedFailure : RuntimeException("expected")
