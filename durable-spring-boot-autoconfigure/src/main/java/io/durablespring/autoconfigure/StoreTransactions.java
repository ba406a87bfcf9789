package io.durablespring.autoconfigure;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The transaction manager whose transactions the store takes part in.
 */
record StoreTransactions(PlatformTransactionManager manager) {

	/**
	 * Whether an annotation with the given qualifier means this one.
	 * @param qualifier a qualifier or bean name, empty for the default
	 */
	boolean isNamed(String qualifier, BeanFactory beans) {
		try {
			TransactionManager named = qualifier.isEmpty() ? beans.getBean(TransactionManager.class)
					: BeanFactoryAnnotationUtils.qualifiedBeanOfType(beans, TransactionManager.class, qualifier);
			return named == this.manager;
		}
		catch (BeansException ex) {
			// The annotation itself says what is wrong, when it is used.
			return false;
		}
	}

	/** Runs something in a transaction of its own. */
	void run(Runnable work) {
		TransactionTemplate template = new TransactionTemplate(this.manager);
		template.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
		template.executeWithoutResult((status) -> work.run());
	}

}
