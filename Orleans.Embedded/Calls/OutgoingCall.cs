using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>
/// A call on its way through the filters of outgoing calls. A filter may go on more than once: each time the call is sent anew, with
/// the request context of then.
/// </summary>
internal sealed class OutgoingCall<T>(Silo silo, GrainMethod<T> method, GrainProxy grain, object?[] arguments) : IOutgoingGrainCallContext, IInvokable
{
    private readonly Activation? _source = Activation.Current;
    private int _stage;
    private T _result = default!;

    public IInvokable Request => this;

    public object Grain => grain;

    public IGrainContext? SourceContext => _source;

    public GrainId? SourceId => _source?.GrainId;

    public GrainId TargetId => grain.GrainId;

    public GrainInterfaceType InterfaceType => new(method.InterfaceName);

    public string InterfaceName => method.InterfaceName;

    public string MethodName => method.Info.Name;

    public MethodInfo InterfaceMethod => method.Info;

    public object? Result
    {
        get => typeof(T) == typeof(Nothing) ? null : _result;
        set
        {
            if (typeof(T) != typeof(Nothing))
                _result = (T)value!;
        }
    }

    public bool IsCancellable => method.TokenIndex >= 0;

    public async Task<T> RunAsync()
    {
        await Invoke();
        return _result;
    }

    public async Task Invoke()
    {
        var filters = silo.OutgoingFilters;
        var stage = _stage++;
        try
        {
            if (stage < filters.Length)
                await filters[stage].Invoke(this);
            else
                _result = await method.Send(silo, grain.GrainId, [.. arguments]);
        }
        finally
        {
            _stage--;
        }
    }

    public object? GetTarget() => null;

    public int GetArgumentCount() => arguments.Length;

    public object? GetArgument(int index) => arguments[index];

    public void SetArgument(int index, object value) => arguments[index] = value;

    public string GetMethodName() => MethodName;

    public string GetInterfaceName() => InterfaceName;

    public MethodInfo GetMethod() => method.Info;

    public Type GetInterfaceType() => method.Info.DeclaringType!;

    public TimeSpan? GetDefaultResponseTimeout() => method.ResponseTimeout;

    public CancellationToken GetCancellationToken() => IsCancellable ? (CancellationToken)arguments[method.TokenIndex]! : default;

    void IDisposable.Dispose()
    {
    }
}
