package planted.engine;

import java.util.UUID;
import java.util.function.Supplier;

/**
 * Breaks a rule: replay must give the same answers.
 */
final class MakesRandomUuid {

	final Supplier<UUID> ids = UUID::randomUUID;

}
