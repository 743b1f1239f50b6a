namespace Orleans.Runtime;

internal abstract class Activation : IGrainContext
{
    public static Activation? Current => null;
    public Silo Silo => throw new NotImplementedException();
    public abstract GrainId GrainId { get; }
    public abstract object? GrainInstance { get; }
    public abstract IServiceProvider ActivationServices { get; }
    public abstract IGrainLifecycle ObservableLifecycle { get; }
    public abstract Task Deactivated { get; }
    public abstract void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);
}
internal sealed class Silo
{
    public IGrainRuntime GrainRuntime => throw new NotImplementedException();
    public References References => throw new NotImplementedException();
    public static void Register(Microsoft.Extensions.DependencyInjection.IServiceCollection services) => throw new NotImplementedException();
}
internal sealed class References
{
    public object Make(Type interfaceType, GrainId id) => throw new NotImplementedException();
}
internal abstract class GrainProxy
{
    public GrainId GrainId { get; }
    public object As(Type interfaceType) => throw new NotImplementedException();
}
