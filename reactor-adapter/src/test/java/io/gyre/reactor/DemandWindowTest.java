package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.buffer.Buffer;
import org.junit.jupiter.api.Test;

/** How far a stream is asked ahead. */
class DemandWindowTest {

    @Test
    void objectsFillTheHighWaterMark() {
        DemandWindow window = new DemandWindow(false, 0, 40);
        assertThat(window.takeAtLowTide()).isEqualTo(16);
        window.arrived("an object");
        assertThat(window.takeAtLowTide()).isZero();
        write(window, 6);
        assertThat(window.takeAtLowTide()).isEqualTo(30);
        assertThat(window.takeAtLowTide()).isZero();
    }

    @Test
    void buffersFillTheBytesOfTheHighWaterMark() {
        DemandWindow window = new DemandWindow(false, 0, 16 * 1024);
        assertThat(window.takeAtLowTide()).isEqualTo(16);
        window.arrived(Buffer.wrap(new byte[1024]));
        write(window, 16);
        assertThat(window.takeAtLowTide()).isEqualTo(16);
        for (int i = 0; i < 100; i++) {
            window.arrived(Buffer.wrap(new byte[256]));
        }
        write(window, 16);
        assertThat(window.takeAtLowTide()).isBetween(60L, 66L);
    }

    @Test
    void largeBuffersAreTwoAtATime() {
        DemandWindow window = new DemandWindow(false, 0, 16 * 1024);
        window.takeAtLowTide();
        window.arrived(Buffer.wrap(new byte[64 * 1024]));
        write(window, 15);
        assertThat(window.takeAtLowTide()).isEqualTo(1);
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
}
