using System.Collections.Immutable;
using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>A call on its way: what is asked of whom, with what context. It is also the request that filters see.</summary>
internal abstract class Message(GrainMethod method, object?[] arguments, GrainId targetId, ImmutableDictionary<string, object>? context)
    : ITurn, IInvokable
{
    public GrainMethod Method { get; } = method;

    public object?[] Arguments { get; } = arguments;

    public GrainId TargetId { get; } = targetId;

    public GrainId? SourceId { get; } = Activation.Current?.GrainId;

    public ImmutableDictionary<string, object>? Context { get; } = context;

    /// <summary>Who runs it; null for an observer.</summary>
    public Activation? Target { get; set; }

    /// <summary>Links and time limit of <see cref="CallsInFlight"/>.</summary>
    public CallsInFlight.Link InFlight;

    public virtual bool AlwaysInterleaves => Method.AlwaysInterleaves;

    public virtual bool IsReadOnly => Method.IsReadOnly;

    public virtual bool KeepsAlive => true;

    /// <summary>It is for this activation only; the next one does not want it.</summary>
    public virtual bool IsLocal => false;

    public Guid? ReentrancyId => Context is null ? null : RequestContext.ReentrancyIdOf(Context);

    /// <summary>The object whose method runs.</summary>
    public virtual object? Receiver => Target?.GrainInstance;

    public bool IsCancellable => Method.TokenIndex >= 0;

    public void Run() => _ = RunOn(null);

    /// <summary>Runs on an observer, or on the grain in its turn when there is none.</summary>
    public abstract Task RunOn(object? observer);

    /// <summary>The call fails, unless it is through already.</summary>
    public abstract void Fail(Exception failure);

    /// <summary>Nobody waits for the response any more.</summary>
    public abstract void TimeOut();

    public object? GetTarget() => Receiver;

    public int GetArgumentCount() => Arguments.Length;

    public object? GetArgument(int index) => Arguments[index];

    public void SetArgument(int index, object value) => Arguments[index] = value;

    public string GetMethodName() => Method.Info.Name;

    public string GetInterfaceName() => Method.InterfaceName;

    public MethodInfo GetMethod() => Method.Info;

    public Type GetInterfaceType() => Method.Info.DeclaringType!;

    public TimeSpan? GetDefaultResponseTimeout() => Method.ResponseTimeout;

    public CancellationToken GetCancellationToken() => IsCancellable ? (CancellationToken)Arguments[Method.TokenIndex]! : default;

    void IDisposable.Dispose()
    {
    }

    public override string ToString() => $"{Method.InterfaceName}.{Method.Info.Name} of {TargetId}";
}
