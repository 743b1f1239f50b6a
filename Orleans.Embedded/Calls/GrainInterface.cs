using System.Collections.Frozen;
using System.Reflection;

namespace Orleans.Runtime;

/// <summary>A grain or observer interface that has passed the rules, with its methods and a proxy to copy.</summary>
internal sealed class GrainInterface
{
    private readonly FrozenDictionary<MethodInfo, GrainMethod> _methods;
    private readonly GrainProxy _prototype;

    public GrainInterface(Silo silo, Type type)
    {
        if (!type.IsInterface || !typeof(IAddressable).IsAssignableFrom(type))
            throw new ArgumentException($"{type} is no grain interface.", nameof(type));
        Type = type;
        Silo = silo;
        var methods = type.GetInterfaces().Prepend(type).SelectMany(part => part.GetMethods()).Where(method => method.IsAbstract).ToArray();
        foreach (var method in methods)
            MessageRules.Check(type, method);
        _methods = methods.ToFrozenDictionary(method => method, GrainMethod.Of);
        foreach (var method in _methods.Values)
        {
            if (method.ResponseTimeout is { } limit)
                silo.InFlight.Expect(limit);
        }

        _prototype = (GrainProxy)DispatchProxy.Create(type, typeof(GrainProxy));
    }

    public Type Type { get; }

    public Silo Silo { get; }

    public IEnumerable<GrainMethod> Methods => _methods.Values;

    public GrainMethod this[MethodInfo method] => _methods[method];

    /// <summary>A reference to that grain.</summary>
    public GrainProxy Reference(GrainId id) => _prototype.For(this, id);
}
