package io.durablespring.example.backup;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ByteCount}.
 */
class ByteCountTests {

	@ParameterizedTest
	@CsvSource(delimiter = ';', textBlock = """
			0; 0 bytes
			1023; 1,023 bytes
			1024; 1.0 KiB (1,024 bytes)
			1572864; 1.5 MiB (1,572,864 bytes)
			1099511627776; 1.0 TiB (1,099,511,627,776 bytes)
			9223372036854775807; 8192.0 PiB (9,223,372,036,854,775,807 bytes)
			""")
	void bytesAreDescribedRoundedAndExactly(long bytes, String description) {
		assertThat(ByteCount.describe(bytes)).isEqualTo(description);
	}

}
