/** Coroutines on the event loop. */
module io.gyre.coroutines {
    exports io.gyre.coroutines;
    exports io.gyre.coroutines.io;
    exports io.gyre.coroutines.testing;

    requires transitive io.gyre.runtime;
    requires transitive kotlin.stdlib;
    requires transitive kotlinx.coroutines.core;
    requires static kotlinx.coroutines.debug;
    requires static kotlinx.coroutines.test;
    requires static kotlinx.io.core;
    requires org.slf4j;

    provides kotlinx.coroutines.CoroutineExceptionHandler with
            io.gyre.coroutines.LoopExceptionService;
    provides kotlinx.coroutines.internal.MainDispatcherFactory with
            io.gyre.coroutines.MainLoopFactory;
}
