using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>A call on its way through the silo's filters, then the grain's own, to the method.</summary>
internal sealed class FilteredCall<T>(Message message, GrainMethod<T> method, IIncomingGrainCallFilter[] filters) : IIncomingGrainCallContext
{
    private int _next;
    private T _result = default!;

    public IInvokable Request => message;

    public object Grain => message.Target!.GrainInstance!;

    public GrainId? SourceId => message.SourceId;

    public GrainId TargetId => message.TargetId;

    public GrainInterfaceType InterfaceType => new(method.InterfaceName);

    public string InterfaceName => method.InterfaceName;

    public string MethodName => method.Info.Name;

    public MethodInfo InterfaceMethod => method.Info;

    public IGrainContext TargetContext => message.Target!;

    public MethodInfo ImplementationMethod => message.Target!.Class.ImplementationOf(method.Info, message.Receiver!.GetType());

    public object? Result
    {
        get => typeof(T) == typeof(Nothing) ? null : _result;
        set
        {
            if (typeof(T) != typeof(Nothing))
                _result = (T)value!;
        }
    }

    public async Task<T> RunAsync()
    {
        await Invoke();
        return _result;
    }

    public async Task Invoke()
    {
        var step = _next++;
        if (step < filters.Length)
            await filters[step].Invoke(this);
        else if (step == filters.Length && Grain is IIncomingGrainCallFilter own)
            await own.Invoke(this);
        else
            _result = await method.Invoke(message.Receiver!, message.Arguments);
    }
}
