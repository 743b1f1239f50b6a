using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>Makes the states of grains and finds their storages.</summary>
internal sealed class PersistentStates : IPersistentStateFactory
{
    private static readonly MethodInfo CreateMethod = typeof(IPersistentStateFactory).GetMethod(nameof(Create))!;

    public IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration config)
    {
        var storage = Storage(context.ActivationServices, config.StorageName, context);
        var state = new PersistentState<TState>((Activation)context, config.StateName, storage);
        context.ObservableLifecycle.Subscribe(
            nameof(PersistentStates), GrainLifecycleStage.SetupState, token => ((Core.IStorage)state).ReadStateAsync(token));
        return state;
    }

    /// <summary>The state for a constructor parameter that asks for one.</summary>
    public static object Create(Activation activation, IServiceProvider services, ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new OrleansConfigurationException(
                $"[PersistentState] belongs on an IPersistentState<T>, not on '{parameter.Name}' of {parameter.Member.DeclaringType}.");
        }

        var create = CreateMethod.MakeGenericMethod(type.GetGenericArguments());
        var config = parameter.GetCustomAttribute<PersistentStateAttribute>()!;
        if (string.IsNullOrEmpty(config.StateName))
            config = new(parameter.Name!, config.StorageName);
        return create.Invoke(
            services.GetRequiredService<IPersistentStateFactory>(), BindingFlags.DoNotWrapExceptions, null, [activation, config], null)!;
    }

    /// <summary>The storage of that name, or the default one.</summary>
    /// <exception cref="BadProviderConfigException">There is none.</exception>
    public static IGrainStorage Storage(IServiceProvider services, string? name, IGrainContext context) =>
        (string.IsNullOrWhiteSpace(name) ? services.GetService<IGrainStorage>() : services.GetKeyedService<IGrainStorage>(name))
        ?? throw new BadProviderConfigException(name is null
            ? $"There is no default grain storage, which {context.GrainId} needs."
            : $"There is no grain storage named '{name}', which {context.GrainId} needs.");
}
