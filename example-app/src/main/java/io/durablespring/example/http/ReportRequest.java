package io.durablespring.example.http;

/**
 * Which report is wanted.
 *
 * @param year the year, from 1 to 9999
 */
record ReportRequest(int year) {

	ReportRequest {
		if (year < 1 || year > 9999) {
			throw new IllegalArgumentException("The year must be from 1 to 9999 but is " + year);
		}
	}

}
