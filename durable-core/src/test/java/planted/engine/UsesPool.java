package planted.engine;

import java.util.concurrent.CompletableFuture;

/**
 * Breaks a rule: the engine is given its threads.
 */
final class UsesPool {

	void run() {
		CompletableFuture.runAsync(() -> {
		});
	}

}
