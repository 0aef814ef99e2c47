package io.gyre.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import kotlinx.coroutines.flow.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ReactiveTypeDescriptor;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class CachingAdapterRegistryTest {

    /** What a type is asked for, and with which value. */
    record Question(@Nullable Class<?> type, @Nullable Object value) {}

    static final List<Question> QUESTIONS = List.of(
            new Question(Mono.class, null),
            new Question(Flux.class, null),
            new Question(Publisher.class, null),
            new Question(Flow.class, null),
            new Question(CompletionStage.class, null),
            new Question(CompletableFuture.class, null),
            new Question(ServerHttpResponse.class, null),
            new Question(byte[].class, null),
            new Question(int.class, null),
            new Question(Object.class, Mono.just(1)),
            new Question(Object.class, Flux.range(0, 3)),
            new Question(Mono.class, "a text"),
            new Question(Object.class, Optional.of(Mono.empty())),
            new Question(Flux.class, Optional.empty()),
            new Question(null, Mono.empty()),
            new Question(null, null));

    private final Counting original = new Counting();
    private final CachingAdapterRegistry cache = new CachingAdapterRegistry(original);

    @ParameterizedTest
    @FieldSource("QUESTIONS")
    void answers_as_the_original_does_and_asks_it_once(Question question) {
        ReactiveAdapter expected = original.getAdapter(question.type, question.value);
        original.asked.set(0);

        for (int i = 0; i < 3; i++) {
            assertThat(cache.getAdapter(question.type, question.value)).isSameAs(expected);
        }

        assertThat(original.asked).hasValueLessThanOrEqualTo(1);
    }

    @Test
    void what_is_registered_later_is_heard_also_of_a_type_that_was_asked_for() {
        assertThat(cache.getAdapter(Later.class)).isNull();

        cache.registerReactiveType(
                ReactiveTypeDescriptor.singleOptionalValue(Later.class, Later::new),
                later -> Mono.empty(),
                one -> new Later());

        ReactiveAdapter first = cache.getAdapter(Later.class);
        assertThat(first).isNotNull().isSameAs(original.getAdapter(Later.class));

        cache.registerReactiveTypeOverride(
                ReactiveTypeDescriptor.multiValue(Later.class, Later::new), later -> Flux.empty(), many -> new Later());

        assertThat(cache.getAdapter(Later.class))
                .isNotSameAs(first)
                .isSameAs(original.getAdapter(Later.class))
                .matches(ReactiveAdapter::isMultiValue);
    }

    @Test
    void has_the_adapters_of_the_original() {
        ReactiveAdapterRegistry empty = new ReactiveAdapterRegistry() {
            @Override
            public boolean hasAdapters() {
                return false;
            }
        };

        assertThat(new CachingAdapterRegistry(empty).hasAdapters()).isFalse();
        assertThat(cache.hasAdapters()).isTrue();
    }

    @Test
    @Timeout(60)
    void a_class_keeps_nothing_of_an_application_that_has_ended() throws InterruptedException {
        CachingAdapterRegistry ended = new CachingAdapterRegistry(new ReactiveAdapterRegistry());
        Object adapter = ended.getAdapter(Mono.class);
        assertThat(adapter).isNotNull();
        WeakReference<Object> registry = new WeakReference<>(ended);
        WeakReference<Object> found = new WeakReference<>(adapter);
        ended = null;
        adapter = null;

        while (registry.get() != null || found.get() != null) {
            System.gc();
            Thread.sleep(10);
        }

        assertThat(registry.get()).isNull();
    }

    @Test
    void a_registry_of_the_users_own_class_is_left_alone() {
        AdapterCache caches = new AdapterCache();

        assertThat(caches.postProcessAfterInitialization(original, "mine")).isSameAs(original);
        assertThat(caches.postProcessAfterInitialization("a bean", "another")).isEqualTo("a bean");
        assertThat(caches.postProcessAfterInitialization(new ReactiveAdapterRegistry(), "webFluxAdapterRegistry"))
                .isInstanceOf(CachingAdapterRegistry.class);
    }

    /** A reactive type. */
    private static final class Later {}

    /** Counts what it is asked. */
    private static final class Counting extends ReactiveAdapterRegistry {

        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public @Nullable ReactiveAdapter getAdapter(@Nullable Class<?> type, @Nullable Object source) {
            asked.incrementAndGet();
            return super.getAdapter(type, source);
        }
    }
}
