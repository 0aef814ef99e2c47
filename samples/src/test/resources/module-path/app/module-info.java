/** A program on the module path, without any of the adapters' optional modules. */
module app {
    requires io.gyre.coroutines;
    requires io.gyre.reactor;
}
