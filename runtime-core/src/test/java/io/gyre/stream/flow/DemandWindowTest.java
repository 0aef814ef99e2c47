package io.gyre.stream.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.buffer.Buffer;
import org.junit.jupiter.api.Test;

/** How far a stream is asked ahead. */
class DemandWindowTest {

    @Test
    void objectsFillTheHighWaterMark() {
        DemandWindow window = new DemandWindow(false, 0, 40);
        assertThat(window.takeAtLowTide()).isEqualTo(2);
        window.arrived("an object");
        assertThat(window.takeAtLowTide()).isEqualTo(38);
        write(window, 29);
        assertThat(window.takeAtLowTide()).isZero();
        write(window, 1);
        assertThat(window.takeAtLowTide()).isEqualTo(30);
    }

    @Test
    void buffersFillTheBytesOfTheHighWaterMark() {
        DemandWindow window = new DemandWindow(false, 0, 16 * 1024);
        assertThat(afterMany(window, 1024)).isEqualTo(16);
        assertThat(afterMany(window, 256)).isEqualTo(64);
        assertThat(afterMany(window, 1)).isEqualTo(256);
    }

    @Test
    void smallBuffersAtFirstDoNotLetInManyLargeOnes() {
        DemandWindow window = new DemandWindow(false, 0, 16 * 1024);
        assertThat(window.takeAtLowTide()).isEqualTo(2);
        window.arrived(Buffer.wrap(new byte[1]));
        window.arrived(Buffer.wrap(new byte[1]));
        write(window, 2);
        assertThat(window.takeAtLowTide()).isEqualTo(4);
        window.arrived(Buffer.wrap(new byte[64 * 1024]));
        write(window, 4);
        assertThat(window.takeAtLowTide()).isEqualTo(2);
    }

    @Test
    void largeBuffersAreTwoAtATime() {
        DemandWindow window = new DemandWindow(false, 0, 16 * 1024);
        assertThat(window.takeAtLowTide()).isEqualTo(2);
        window.arrived(Buffer.wrap(new byte[64 * 1024]));
        assertThat(window.takeAtLowTide()).isZero();
        write(window, 1);
        assertThat(window.takeAtLowTide()).isEqualTo(1);
        assertThat(window.takeAtLowTide()).isZero();
    }

    @Test
    void aHighWaterMarkOfZeroAsksForOneAtATime() {
        DemandWindow window = new DemandWindow(false, 0, 0);
        assertThat(window.takeAtLowTide()).isEqualTo(1);
        window.arrived("an object");
        assertThat(window.takeAtLowTide()).isZero();
        write(window, 1);
        assertThat(window.takeAtLowTide()).isEqualTo(1);
    }

    @Test
    void aFixedWindowStaysAsItIs() {
        DemandWindow window = new DemandWindow(false, 4, 16 * 1024);
        assertThat(window.takeAtLowTide()).isEqualTo(4);
        window.arrived(Buffer.wrap(new byte[64 * 1024]));
        write(window, 2);
        assertThat(window.takeAtLowTide()).isZero();
        write(window, 1);
        assertThat(window.takeAtLowTide()).isEqualTo(3);
    }

    @Test
    void bytesFillTheHighWaterMarkWhateverTheBuffers() {
        DemandWindow window = new DemandWindow(true, 0, 16 * 1024);
        assertThat(window.takeAtLowTide()).isEqualTo(16 * 1024);
        window.arrived(Buffer.wrap(new byte[64]));
        window.written(12 * 1024 - 1);
        assertThat(window.takeAtLowTide()).isZero();
        window.written(1);
        assertThat(window.takeAtLowTide()).isEqualTo(12 * 1024);
    }

    @Test
    void bytesBeyondWhatWasAskedForAreOwedByThePublisher() {
        DemandWindow window = new DemandWindow(true, 0, 1000);
        assertThat(window.takeAtLowTide()).isEqualTo(1000);
        window.written(5000);
        assertThat(window.takeAtLowTide()).isEqualTo(5000);
        DemandWindow beside = new DemandWindow(true, 0, 1000);
        assertThat(beside.takeBeside(0)).isEqualTo(1000);
        beside.written(5000);
        assertThat(beside.takeBeside(999)).isEqualTo(4001);
    }

    private static void write(DemandWindow window, int chunks) {
        for (int i = 0; i < chunks; i++) {
            window.written(1);
        }
    }

    /** The window after many buffers of one size; all are written. */
    private static long afterMany(DemandWindow window, int bytes) {
        long underWay = window.takeAtLowTide();
        for (int i = 0; i < 1_000; i++) {
            window.arrived(Buffer.wrap(new byte[bytes]));
            window.written(1);
            underWay += window.takeAtLowTide() - 1;
        }
        window.written(underWay);
        long whole = window.takeAtLowTide();
        window.written(whole);
        return whole;
    }
}
