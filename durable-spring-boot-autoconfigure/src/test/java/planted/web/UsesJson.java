package planted.web;

import planted.json.Json;

/**
 * Breaks a rule: adapters do not know each other.
 */
final class UsesJson {

	Json json;

}
