using System.Reflection;

namespace Orleans.Runtime;

/// <summary>A reference to a grain or observer: calls on it are sent. Equal references mean the same grain.</summary>
internal class GrainProxy : DispatchProxy
{
    private GrainInterface? _interface;

    public GrainId GrainId { get; private set; }

    private GrainInterface Interface => _interface ?? throw new InvalidOperationException("The reference is bound to no silo.");

    /// <summary>A copy for that grain; copying is far cheaper than making one anew.</summary>
    public GrainProxy For(GrainInterface @interface, GrainId id)
    {
        var proxy = (GrainProxy)MemberwiseClone();
        proxy._interface = @interface;
        proxy.GrainId = id;
        return proxy;
    }

    /// <summary>The same grain seen through another interface.</summary>
    public object As(Type type) => type.IsInstanceOfType(this) ? this : Interface.Silo.Factory.Reference(type, GrainId);

    public override bool Equals(object? obj) => obj is GrainProxy other && GrainId.Equals(other.GrainId);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"reference to {GrainId}";

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        Interface[targetMethod!].Call(Interface.Silo, this, args ?? []);
}
