package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How often a loop polls while immediates keep it busy. */
class PollIntervalTest {

    private static final long INTERVAL = 20_000;
    private static final int TURNS = 100_000;

    private long now;
    private int polls;
    private int turnsAtLastPoll;
    private int turns;
    private int longestGap;

    /** Since the last poll. */
    private int longTurns;

    private int longTurnsWithoutPoll;

    /** Counts the polls, each of which takes no time and finds nothing. */
    private final class CountedPoller implements Poller {

        @Override
        public int poll(long timeoutNanos) {
            polls++;
            longestGap = Math.max(longestGap, turns - turnsAtLastPoll);
            turnsAtLastPoll = turns;
            longTurns = 0;
            return 0;
        }

        @Override
        public void wakeup() {}

        @Override
        public void close() {}
    }

    /** Makes so many turns with an immediate each, which takes the time that its turn takes. */
    private void run(long interval, int count, long nanosOfTurn) {
        EventLoop loop = newLoop(interval);
        loop.run(() -> next(loop, count, nanosOfTurn));
    }

    private EventLoop newLoop(long interval) {
        return EventLoop.builder()
                .ticker(() -> now)
                .pollInterval(Duration.ofNanos(interval))
                .poller(context -> new CountedPoller())
                .build();
    }

    private void next(EventLoop loop, int left, long nanosOfTurn) {
        if (left > 0) {
            loop.setImmediate(() -> {
                turns++;
                now += nanosOfTurn;
                next(loop, left - 1, nanosOfTurn);
            });
        }
    }

    @Test
    void polls_about_once_in_each_interval_while_turns_are_short() {
        run(INTERVAL, TURNS, 100);

        assertThat(polls).isBetween(TURNS / 200 / 2, TURNS / 200 + 200);
        // 200 turns make an interval, and the clock is looked at in every sixteenth.
        assertThat(longestGap).isLessThanOrEqualTo(216);
    }

    @Test
    void polls_in_every_turn_where_each_takes_an_interval() {
        run(INTERVAL, TURNS, INTERVAL);

        assertThat(polls).isGreaterThanOrEqualTo(TURNS);
    }

    @Test
    void polls_in_every_turn_where_the_interval_is_zero() {
        run(0, TURNS, 100);

        assertThat(polls).isGreaterThanOrEqualTo(TURNS);
    }

    @Test
    void turns_that_become_long_are_noticed_within_a_few() {
        EventLoop loop = newLoop(INTERVAL);
        loop.run(() -> slowDown(loop, 1_000));

        assertThat(longTurnsWithoutPoll).isBetween(1, 16);
    }

    private void slowDown(EventLoop loop, int left) {
        boolean isLong = left < 500;
        if (isLong) {
            longTurns++;
            longTurnsWithoutPoll = Math.max(longTurnsWithoutPoll, longTurns);
        }
        now += isLong ? 10 * INTERVAL : 100;
        if (left > 0) {
            loop.setImmediate(() -> slowDown(loop, left - 1));
        }
    }

    @Test
    void polls_now_and_then_although_the_clock_stands_still() {
        run(INTERVAL, TURNS, 0);

        assertThat(longestGap).isLessThan(10_000);
    }
}
