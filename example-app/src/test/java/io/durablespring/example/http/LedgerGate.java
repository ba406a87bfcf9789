package io.durablespring.example.http;

import java.util.concurrent.CountDownLatch;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * Holds the ledger up as long as a test wants, or makes it fail.
 */
@Component
@ConditionalOnProperty("test.gate")
class LedgerGate implements BeanPostProcessor, MethodInterceptor {

	private volatile CountDownLatch gate = new CountDownLatch(0);

	private volatile boolean broken;

	void close() {
		this.gate = new CountDownLatch(1);
	}

	void open() {
		this.gate.countDown();
	}

	void broken(boolean isBroken) {
		this.broken = isBroken;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!(bean instanceof Ledger)) {
			return bean;
		}
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(true);
		factory.addAdvice(this);
		return factory.getProxy(bean.getClass().getClassLoader());
	}

	@Override
	public Object invoke(MethodInvocation invocation) throws Throwable {
		if (!invocation.getMethod().getName().equals("sales")) {
			return invocation.proceed();
		}
		this.gate.await();
		if (this.broken) {
			throw new IllegalStateException("The ledger is shut");
		}
		return invocation.proceed();
	}

}
