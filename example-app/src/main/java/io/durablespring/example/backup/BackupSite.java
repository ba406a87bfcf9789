package io.durablespring.example.backup;

import java.util.List;

import io.durablespring.OrchestrationContext;
import io.durablespring.Orchestrator;
import io.durablespring.Task;

import org.springframework.stereotype.Component;

/**
 * Backs up a directory: one activity lists its files, one activity per file copies it.
 */
@Component
class BackupSite {

	// tag::orchestrator[]
	@Orchestrator("BackupSite")
	BackupResult run(OrchestrationContext ctx, BackupRequest request) {
		List<String> files = ctx.callActivity(SiteFiles::list, request).await();

		// Fan out: every call starts at once, on whatever node has a hand free.
		List<Task<Long>> copies = files.stream()
			.map((file) -> ctx.callActivity(SiteFiles::copy, new FileCopy(request.root(), request.target(), file)))
			.toList();

		// Fan in: waits for all of them, however long that takes.
		long bytes = ctx.allOf(copies).await().stream().mapToLong(Long::longValue).sum();

		ctx.callActivity(SiteFiles::sweep, request).await();
		return new BackupResult(files.size(), bytes);
	}
	// end::orchestrator[]

}
