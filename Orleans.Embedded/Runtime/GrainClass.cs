using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>A grain class: its name, its attributes, and how it is made.</summary>
internal sealed class GrainClass
{
    private readonly ParameterInfo[] _states;
    private readonly ConcurrentDictionary<(MethodInfo, Type), MethodInfo> _implementations = new();
    private ObjectFactory? _make;

    public GrainClass(Type type, IServiceProvider services, GrainCollectionOptions collection)
    {
        if (type.ContainsGenericParameters)
            throw new OrleansConfigurationException($"{type} is generic; the embedded engine takes only grain classes that are not.");
        Class = type;
        GrainType = type.GetCustomAttribute<GrainTypeAttribute>(false)?.GetGrainType(services, type) ?? DefaultName(type);
        Interfaces = [.. type.GetInterfaces().Where(IsGrainInterface)];
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), true);
        Workers = type.GetCustomAttribute<StatelessWorkerAttribute>(true)?.MaxLocalWorkers;
        CollectionAge = type.IsDefined(typeof(KeepAliveAttribute), true)
            ? Timeout.InfiniteTimeSpan
            : type.GetCustomAttribute<CollectionAgeLimitAttribute>(true)?.AgeLimit
                ?? (collection.ClassSpecificCollectionAge.TryGetValue(type.FullName!, out var age) ? age : collection.CollectionAge);
        _states = [.. type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .Where(parameter => parameter.IsDefined(typeof(PersistentStateAttribute), true))];
        MayInterleave = IsReentrant || Interfaces.SelectMany(part => part.GetMethods()).Any(
            method => method.IsDefined(typeof(AlwaysInterleaveAttribute)) || method.IsDefined(typeof(ReadOnlyAttribute)));
    }

    public Type Class { get; }

    public GrainType GrainType { get; }

    public Type[] Interfaces { get; }

    public bool IsReentrant { get; }

    /// <summary>Some calls may start while others run.</summary>
    public bool MayInterleave { get; }

    /// <summary>How many workers share the calls; null for a grain with one activation.</summary>
    public int? Workers { get; }

    public TimeSpan CollectionAge { get; }

    public static bool IsGrainClass(Type type) => type is { IsClass: true, IsAbstract: false } && typeof(IGrainBase).IsAssignableFrom(type);

    public override string ToString() => Class.FullName!;

    /// <summary>Makes the grain object, with its states and services.</summary>
    /// <exception cref="InvalidOperationException">The constructor, or what it asks for, failed; the cause is within.</exception>
    public object Create(Activation activation, IServiceProvider services)
    {
        try
        {
            return Make(activation, services);
        }
        catch (Exception cause)
        {
            throw new InvalidOperationException($"Making a grain of class {Class} failed: {cause.Message}", cause);
        }
    }

    /// <summary>The class's method that implements an interface's.</summary>
    public MethodInfo ImplementationOf(MethodInfo method, Type type) => _implementations.GetOrAdd((method, type), static key =>
    {
        var map = key.Item2.GetInterfaceMap(key.Item1.DeclaringType!);
        return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, key.Item1)];
    });

    private object Make(Activation activation, IServiceProvider services)
    {
        var states = Array.ConvertAll(_states, state => PersistentStates.Create(activation, services, state));
        _make ??= ActivatorUtilities.CreateFactory(Class, Array.ConvertAll(_states, state => state.ParameterType));
        return _make(services, states);
    }

    private static bool IsGrainInterface(Type type) =>
        typeof(IAddressable).IsAssignableFrom(type) && type.Assembly != typeof(IAddressable).Assembly || type == typeof(IRemindable);

    /// <summary><c>StreamGrain</c> is <c>stream</c>.</summary>
    private static GrainType DefaultName(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return GrainType.Create(name.EndsWith("grain", StringComparison.Ordinal) && name.Length > 5 ? name[..^5] : name);
    }
}
