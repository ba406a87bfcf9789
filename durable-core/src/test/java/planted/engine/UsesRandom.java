package planted.engine;

import java.util.Random;

/**
 * Breaks a rule: replay must give the same answers.
 */
final class UsesRandom {

	int run(Random random) {
		return random.nextInt();
	}

}
