/** Coroutines on the event loop. */
module io.gyre.coroutines {
    // javac refuses to export a package without a class: the line opens with the first one.
    // exports io.gyre.coroutines;

    requires transitive io.gyre.runtime;
    requires transitive kotlin.stdlib;
    requires transitive kotlinx.coroutines.core;
}
