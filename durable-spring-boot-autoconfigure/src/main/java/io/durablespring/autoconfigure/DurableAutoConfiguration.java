package io.durablespring.autoconfigure;

import java.time.Clock;

import io.durablespring.ActivityContext;
import io.durablespring.DurableClient;
import io.durablespring.bean.CallVerifier;
import io.durablespring.bean.AnnotatedMethodRegistrar;
import io.durablespring.bean.DeclaredTypes;
import io.durablespring.bean.InstanceEventPublisher;
import io.durablespring.history.HistoryCodec;
import io.durablespring.history.PayloadCodec;
import io.durablespring.json.DurableJsonMapperCustomizer;
import io.durablespring.json.JacksonPayloadCodec;
import io.durablespring.json.JacksonRecordFormat;
import io.durablespring.json.PayloadModule;
import io.durablespring.local.InProcessTransport;
import io.durablespring.runtime.DefinitionRegistry;
import io.durablespring.runtime.DurableRuntime;
import io.durablespring.runtime.RuntimePorts;
import io.durablespring.runtime.RuntimeSettings;
import io.durablespring.spi.InstanceQueries;
import io.durablespring.spi.OrchestrationStore;
import io.durablespring.spi.Outbox;
import io.durablespring.spi.RuntimeListener;
import io.durablespring.spi.Transport;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of a durable node: registry, codecs, runtime and client. Store and
 * transport come from adapters; the order among these auto-configurations does not
 * matter.
 */
@AutoConfiguration
@ConditionalOnBooleanProperty(name = "durable.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ DurableProperties.class, DurableActivityProperties.class })
public final class DurableAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	TaskHub durableTaskHub(DurableProperties properties, Environment environment) {
		return new SettingsReader(properties).taskHub(environment);
	}

	@Bean
	@ConditionalOnMissingBean
	DefinitionRegistry durableDefinitionRegistry() {
		return new DefinitionRegistry(DeclaredTypes::resolve);
	}

	@Bean
	@ConditionalOnMissingBean
	AnnotatedMethodRegistrar durableMethodRegistrar(ConfigurableListableBeanFactory beans, DefinitionRegistry registry,
			DurableProperties properties, ObjectProvider<StoreTransactions> transactionManager) {
		return new AnnotatedMethodRegistrar(beans, registry, properties.isVerifyCalls() ? new CallVerifier() : null,
				(qualifier) -> transactionManager.stream().anyMatch((stores) -> stores.isNamed(qualifier, beans)));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnThreading(Threading.PLATFORM)
	DurableThreads durableThreads() {
		return DurableThreads.platform();
	}

	@Bean(name = "durableThreads")
	@ConditionalOnMissingBean
	@ConditionalOnThreading(Threading.VIRTUAL)
	DurableThreads durableVirtualThreads() {
		return DurableThreads.virtual();
	}

	@Bean
	@ConditionalOnMissingBean(Transport.class)
	@Conditional(OnTransportCondition.InProcess.class)
	InProcessTransport durableInProcessTransport(DurableProperties properties) {
		return new InProcessTransport(new SettingsReader(properties).lanes());
	}

	@Bean
	@ConditionalOnMissingBean
	RuntimeSettings durableRuntimeSettings(DurableProperties properties, DurableActivityProperties activities) {
		return new SettingsReader(properties).settings(activities);
	}

	@Bean(destroyMethod = "stop")
	@ConditionalOnMissingBean
	DurableRuntime durableRuntime(RuntimeSettings settings, DefinitionRegistry registry, DurableThreads threads,
			ObjectProvider<OrchestrationStore> store, ObjectProvider<Outbox> outbox,
			ObjectProvider<InstanceQueries> queries, ObjectProvider<Transport> transport,
			ObjectProvider<PayloadCodec> codec, ObjectProvider<Clock> clock,
			ObjectProvider<RuntimeListener> listeners) {
		RuntimePorts ports = new RuntimePorts(required(store, MissingPortException.Port.STORE),
				required(outbox, MissingPortException.Port.STORE), required(queries, MissingPortException.Port.STORE),
				required(transport, MissingPortException.Port.TRANSPORT),
				required(codec, MissingPortException.Port.CODEC), clock.getIfUnique(Clock::systemUTC),
				threads.executor(), listeners.orderedStream().toList());
		return new DurableRuntime(settings, registry, ports);
	}

	@Bean
	@ConditionalOnMissingBean
	InstanceEventPublisher durableInstanceEvents(AbstractApplicationContext context,
			ObjectProvider<StoreTransactions> transactions, DurableThreads threads) {
		return new InstanceEventPublisher(context, (publication) -> {
			StoreTransactions ofStore = transactions.getIfAvailable();
			if (ofStore != null) {
				ofStore.run(publication);
			}
			else {
				publication.run();
			}
		}, threads.executor());
	}

	private static <T> T required(ObjectProvider<T> beans, MissingPortException.Port port) {
		T bean = beans.getIfAvailable();
		if (bean == null) {
			throw new MissingPortException(port);
		}
		return bean;
	}

	@Bean
	@ConditionalOnMissingBean
	DurableClient durableClient(DurableRuntime runtime) {
		return runtime.client();
	}

	@Bean
	@ConditionalOnMissingBean
	ActivityContext durableActivityContext(DurableRuntime runtime) {
		return runtime.activityContext();
	}

	@Bean
	@ConditionalOnMissingBean
	DurableLifecycle durableLifecycle(DurableRuntime runtime) {
		return new DurableLifecycle(runtime);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JsonMapper.class)
	static class JacksonConfiguration {

		@Bean
		@ConditionalOnMissingBean
		HistoryCodec durableHistoryCodec() {
			return new HistoryCodec(new JacksonRecordFormat());
		}

		// Spring Boot adds it to the application's own mapper.
		@Bean
		@ConditionalOnMissingBean
		PayloadModule durablePayloadModule() {
			return new PayloadModule();
		}

		@Bean
		@ConditionalOnMissingBean(PayloadCodec.class)
		JacksonPayloadCodec durablePayloadCodec(ObjectProvider<DurableJsonMapperCustomizer> customizers) {
			JsonMapper.Builder builder = JacksonPayloadCodec.mapperBuilder();
			customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
			return new JacksonPayloadCodec(builder.build());
		}

	}

}
