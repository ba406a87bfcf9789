package io.durablespring.kafka;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Offsets are committed in order, and what is done costs no memory.
 */
class PartitionProgressTests {

	private final PartitionProgress progress = new PartitionProgress(10);

	@Test
	void nothingIsCommittedBeforeTheFirstRecordIsDone() {
		assertThat(this.progress.committable()).isNegative();
		PartitionProgress.Slot first = this.progress.add(3);
		PartitionProgress.Slot second = this.progress.add(4);
		assertThat(this.progress.committable()).isNegative();
		second.done();
		assertThat(this.progress.committable()).isNegative();
		first.done();
		assertThat(this.progress.committable()).isEqualTo(5);
		this.progress.committed(5);
		assertThat(this.progress.committable()).isNegative();
	}

	@Test
	void recordsThatAreMissingFromThePartitionDoNotMatter() {
		this.progress.add(3).done();
		PartitionProgress.Slot open = this.progress.add(7);
		assertThat(this.progress.committable()).isEqualTo(7);
		this.progress.committed(7);
		open.done();
		assertThat(this.progress.committable()).isEqualTo(8);
	}

	@Test
	void whatIsDoneBehindACallThatTakesHoursIsForgotten() {
		PartitionProgress.Slot hours = this.progress.add(0);
		for (int offset = 1; offset <= 100_000; offset++) {
			this.progress.add(offset).done();
		}
		assertThat(this.progress.open()).isEqualTo(1);
		assertThat(this.progress.committable()).isNegative();
		hours.done();
		assertThat(this.progress.committable()).isEqualTo(100_001);
	}

	@Test
	void recordsFromBeforeTheAssignmentMayHaveBeenDelivered() {
		assertThat(this.progress.mayBeOld(9)).isTrue();
		assertThat(this.progress.mayBeOld(10)).isFalse();
	}

}
