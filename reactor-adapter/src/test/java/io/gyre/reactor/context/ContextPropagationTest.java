package io.gyre.reactor.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.AsyncLocalStorage;
import io.gyre.loop.ContextFrame;
import io.gyre.reactor.LoopSchedulers;
import io.gyre.reactor.RunningLoop;
import io.micrometer.context.ContextRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The context of callbacks and the context of Reactor, both ways, by Micrometer's rules. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ContextPropagationTest {

    private static final AsyncLocalStorage<String> USER = new AsyncLocalStorage<>("user");
    private static final AsyncLocalStorage<String> TRACE = new AsyncLocalStorage<>("trace");
    private static final ThreadLocal<@Nullable String> MDC = new ThreadLocal<>();

    private RunningLoop running;
    private Scheduler scheduler;

    @BeforeEach
    void start() {
        running = RunningLoop.start();
        scheduler = LoopSchedulers.from(running.loop);
        ContextRegistry.getInstance()
                .registerThreadLocalAccessor(new AsyncLocalStorageAccessor<>("trace", TRACE))
                .registerThreadLocalAccessor("mdc", MDC);
    }

    @AfterEach
    void end() {
        Hooks.disableAutomaticContextPropagation();
        ContextRegistry.getInstance().removeThreadLocalAccessor("trace");
        ContextRegistry.getInstance().removeThreadLocalAccessor("mdc");
        MDC.remove();
        running.close();
    }

    /** Runs something on the loop with the storages set, and waits for what its mono gives. */
    private <T> T onTheLoopAs(String user, String trace, Supplier<Mono<T>> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        running.run(() -> USER.run(
                user,
                () -> TRACE.run(trace, () -> work.get().subscribe(result::complete, result::completeExceptionally))));
        return RunningLoop.await(result);
    }

    @Test
    void theFrameAccessorIsFoundByItself() {
        assertThat(ContextRegistry.getInstance().getThreadLocalAccessors())
                .filteredOn(ContextFrameAccessor.class::isInstance)
                .hasSize(1);
    }

    @Test
    void contextCapturePutsTheFrameAndTheStorageIntoReactorsContext() {
        List<Object> seen = onTheLoopAs("ann", "t1", () -> Mono.deferContextual(context -> {
                    List<Object> found = new ArrayList<>();
                    found.add(context.get("trace"));
                    found.add(context.get(ContextFrameAccessor.KEY));
                    return Mono.just(found);
                })
                .contextCapture());
        assertThat(seen.get(0)).isEqualTo("t1");
        assertThat(seen.get(1)).isInstanceOf(ContextFrame.class);
    }

    @Test
    void whatWasCapturedComesBackToTheLoopAfterAnotherThread() {
        List<String> seen = onTheLoopAs("ann", "t1", () -> Flux.just(1, 2)
                .publishOn(Schedulers.parallel())
                .map(i -> i * 2)
                .publishOn(scheduler)
                .<String>handle((i, sink) -> sink.next(i + " " + USER.getStore() + " " + TRACE.getStore()))
                .contextCapture()
                .collectList());
        assertThat(seen).containsExactly("2 ann t1", "4 ann t1");
        assertThat(running.call(USER::getStore)).isNull();
    }

    @Test
    void whatReactorsContextHoldsIsInTheStorageOnTheLoop() {
        List<String> seen = Flux.just(1, 2)
                .publishOn(scheduler)
                .<String>handle((i, sink) -> sink.next(i + " " + TRACE.getStore()))
                .contextWrite(context -> context.put("trace", "from the context"))
                .collectList()
                .block();
        assertThat(seen).containsExactly("1 from the context", "2 from the context");
        assertThat(running.call(TRACE::getStore)).isNull();
    }

    @Test
    void automaticPropagationRestoresAroundEveryOperatorOnTheLoop() {
        Hooks.enableAutomaticContextPropagation();
        MDC.set("of main");
        List<String> seen = Flux.just(1, 2)
                .publishOn(Schedulers.parallel())
                .map(i -> i + " " + MDC.get())
                .publishOn(scheduler)
                .map(text -> text + " " + TRACE.getStore() + " " + MDC.get())
                .contextWrite(context -> context.put("trace", "t2"))
                .collectList()
                .block();
        assertThat(seen).containsExactly("1 of main t2 of main", "2 of main t2 of main");
        assertThat(running.call(TRACE::getStore)).isNull();
        assertThat(running.call(MDC::get)).isNull();
    }

    @Test
    void aTaskOfTheSchedulerSeesWhatWasSetWhereItWasScheduled() {
        Hooks.enableAutomaticContextPropagation();
        MDC.set("of the poster");
        CompletableFuture<String> now = new CompletableFuture<>();
        CompletableFuture<String> later = new CompletableFuture<>();
        scheduler.schedule(() -> now.complete(MDC.get()));
        scheduler.createWorker().schedule(() -> later.complete(MDC.get()), 1, TimeUnit.MILLISECONDS);
        assertThat(RunningLoop.await(now)).isEqualTo("of the poster");
        assertThat(RunningLoop.await(later)).isEqualTo("of the poster");
        assertThat(running.call(MDC::get)).isNull();
    }

    @Test
    void twoRequestsThatInterleaveKeepTheirOwn() {
        CompletableFuture<List<String>> both = new CompletableFuture<>();
        running.run(() -> Flux.merge(of("ann"), of("bob")).collectList().subscribe(both::complete));
        List<String> seen = RunningLoop.await(both);
        assertThat(seen).hasSize(20);
        assertThat(seen).filteredOn(s -> s.startsWith("ann")).hasSize(10).containsOnly("ann ann");
        assertThat(seen).filteredOn(s -> s.startsWith("bob")).hasSize(10).containsOnly("bob bob");
    }

    private Flux<String> of(String user) {
        return Flux.defer(() -> Flux.range(0, 10)
                        .concatMap(i -> Mono.just(i).publishOn(Schedulers.parallel()))
                        .publishOn(scheduler)
                        .<String>handle((i, sink) -> sink.next(user + " " + USER.getStore()))
                        .contextCapture())
                .transformDeferred(flux -> {
                    // Subscribes within the storage's scope, as a request handler would.
                    return Flux.from(subscriber -> USER.run(user, () -> flux.subscribe(subscriber)));
                });
    }

    @Test
    void aLoopsFrameIsHeldOnOtherThreadsAndCleared() {
        ContextFrame frame = running.call(() -> {
            ContextFrame[] current = new ContextFrame[1];
            USER.run("ann", () -> current[0] = ContextFrame.current());
            return current[0];
        });
        ContextFrameAccessor accessor = new ContextFrameAccessor();
        assertThat(accessor.getValue()).isNull();
        accessor.setValue(frame);
        assertThat(accessor.getValue()).isSameAs(frame);
        assertThat(USER.getStore()).isNull();
        accessor.setValue();
        assertThat(accessor.getValue()).isNull();
        assertThat(running.call(accessor::getValue)).isNull();
        assertThat(running.call(() -> {
                    accessor.setValue(frame);
                    String user = USER.getStore();
                    accessor.setValue();
                    return user + " " + USER.getStore();
                }))
                .isEqualTo("ann null");
    }
}
