package planted.bean;

import jakarta.persistence.EntityManager;

/**
 * Breaks a rule: JPA is for its adapter.
 */
final class UsesEntityManager {

	EntityManager entities;

}
