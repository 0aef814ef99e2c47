package io.gyre.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs each sample as a user would, and compares what it prints, line by line, with the text beside this class. */
@Timeout(300)
class SamplesTest {

    @Test
    void hello_ends_with_zero_when_its_timer_has_fired() {
        assertPrints(args -> assertThat(Hello.run()).isZero(), "Hello");
    }

    @Test
    void order_prints_phases_and_drains_in_order() {
        assertPrints(Order::main, "Order");
    }

    @Test
    void timers_fire_by_deadline_and_an_unref_one_does_not_hold_the_loop() {
        assertPrints(Timers::main, "Timers");
    }

    @Test
    void errors_and_exits_give_their_codes() {
        assertPrints(ErrorsAndExit::main, "ErrorsAndExit");
    }

    @Test
    void what_keeps_a_loop_alive_is_named_and_shutdown_ends_it() {
        assertPrints(WhatKeepsItAlive::main, "WhatKeepsItAlive");
    }

    @Test
    void a_service_in_kotlin_answers_and_ends() {
        assertPrints(args -> KotlinServiceKt.main(), "KotlinService");
    }

    @Test
    void context_follows_what_a_request_schedules() {
        assertPrints(Context::main, "Context");
    }

    @Test
    void threads_come_in_by_execute_and_async_only() {
        assertPrints(Threads::main, "Threads");
    }

    @Test
    void virtual_time_jumps_over_hours_and_steps_by_hand() {
        assertPrints(VirtualTimeDemo::main, "VirtualTimeDemo");
    }

    @Test
    void buffers_share_memory_and_speak_node_s_encodings() {
        assertPrints(Buffers::main, "Buffers");
    }

    @Test
    void file_streams_wait_for_each_other() {
        assertPrints(FileStreams::main, "FileStreams");
    }

    @Test
    void a_chunk_is_held_within_bounds_in_each_style() {
        assertPrints(LifeOfAChunk::main, "LifeOfAChunk");
    }

    @Test
    void flow_publishers_give_what_is_asked_for_and_subscribers_ask() {
        assertPrints(FlowOnTheLoop::main, "FlowOnTheLoop");
    }

    @Test
    void stages_of_a_pipeline_share_their_pace_and_their_fate() {
        assertPrints(StreamStages::main, "StreamStages");
    }

    @Test
    void web_streams_are_pulled_and_piped() {
        assertPrints(WebStreamsOnTheLoop::main, "WebStreamsOnTheLoop");
    }

    @Test
    void reactor_and_coroutines_call_each_other_on_one_thread_with_one_context() {
        assertPrints(args -> ReactorAndCoroutinesKt.main(), "ReactorAndCoroutines");
    }

    @Test
    void reactor_netty_s_servers_and_clients_live_on_the_loop() {
        assertPrints(ReactorNettyOnTheLoop::main, "ReactorNettyOnTheLoop");
    }

    @Test
    void operations_of_the_core_are_fluxes_and_monos() {
        assertPrints(ReactorOperations::main, "ReactorOperations");
    }

    @Test
    void one_loop_holds_the_server_of_one_library_and_the_client_of_another() {
        assertPrints(OneLoopManyLibraries::main, "OneLoopManyLibraries");
    }

    @Test
    void an_http_server_answers_at_once_and_later_and_the_loop_ends_with_it() {
        assertPrints(HttpGreeting::main, "HttpGreeting");
    }

    @Test
    void files_go_over_http_by_reference() {
        assertPrints(FilesOverHttp::main, "FilesOverHttp");
    }

    @Test
    void reactor_operators_run_on_the_loop_and_ask_one_by_one() {
        assertPrints(ReactorOnTheLoop::main, "ReactorOnTheLoop");
    }

    @Test
    void coroutines_take_their_place_in_the_loop_s_order() {
        assertPrints(args -> CoroutinesKt.main(), "Coroutines");
    }

    @Test
    void tests_of_coroutines_move_the_clock_and_shape_the_network() {
        assertPrints(args -> TestsInVirtualTimeKt.main(), "TestsInVirtualTime");
    }

    @Test
    void flows_wait_for_streams_and_streams_for_flows() {
        assertPrints(args -> KotlinFlowsKt.main(), "KotlinFlows");
    }

    @Test
    void demand_is_counted_in_bytes_or_chunks_and_a_stream_is_opened_again() {
        assertPrints(FluxDemand::main, "FluxDemand");
    }

    private static void assertPrints(Consumer<String[]> main, String sample) {
        assertThat(printedBy(main)).containsExactlyElementsOf(expectedOf(sample));
    }

    private static List<String> printedBy(Consumer<String[]> main) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream console = System.out;
        System.setOut(new PrintStream(printed, true, UTF_8));
        try {
            main.accept(new String[0]);
        } finally {
            System.setOut(console);
        }
        return printed.toString(UTF_8).lines().toList();
    }

    private static List<String> expectedOf(String sample) {
        String name = sample + ".txt";
        try (InputStream text = SamplesTest.class.getResourceAsStream(name)) {
            assertThat(text).as(name).isNotNull();
            return new String(text.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !Regions.isMarker(line))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
