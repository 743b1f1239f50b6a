using System.Linq.Expressions;
using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>A method of a grain interface: what its attributes say, and how it is sent and run.</summary>
internal abstract class GrainMethod
{
    protected GrainMethod(MethodInfo info)
    {
        Info = info;
        InterfaceName = info.DeclaringType!.FullName!;
        AlwaysInterleaves = info.IsDefined(typeof(AlwaysInterleaveAttribute));
        IsReadOnly = info.IsDefined(typeof(ReadOnlyAttribute));
        IsOneWay = info.IsDefined(typeof(OneWayAttribute)) || info.ReturnType == typeof(void);
        ResponseTimeout = info.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        TokenIndex = Array.FindIndex(info.GetParameters(), parameter => parameter.ParameterType == typeof(CancellationToken));
    }

    public MethodInfo Info { get; }

    public string InterfaceName { get; }

    public bool AlwaysInterleaves { get; }

    public bool IsReadOnly { get; }

    public bool IsOneWay { get; }

    public TimeSpan? ResponseTimeout { get; }

    /// <summary>Which parameter is the token; -1 for none.</summary>
    public int TokenIndex { get; }

    /// <summary>The method's entry, with the response type that it returns a task of.</summary>
    public static GrainMethod Of(MethodInfo info)
    {
        var returned = info.ReturnType;
        var response = returned.IsGenericType ? returned.GetGenericArguments()[0] : typeof(Nothing);
        return (GrainMethod)Activator.CreateInstance(typeof(GrainMethod<>).MakeGenericType(response), info)!;
    }

    /// <summary>Makes a call; gives what the method returns, a task of one kind or another.</summary>
    public abstract object? Call(Silo silo, GrainProxy grain, object?[] arguments);
}

/// <summary>A method with responses of type T.</summary>
internal sealed class GrainMethod<T>(MethodInfo info) : GrainMethod(info)
{
    private Func<object, object?[], ValueTask<T>>? _invoke;

    /// <summary>Runs the method on a grain.</summary>
    public ValueTask<T> Invoke(object grain, object?[] arguments) => (_invoke ??= Compile())(grain, arguments);

    public override object? Call(Silo silo, GrainProxy grain, object?[] arguments) => Returned(silo.OutgoingFilters.Length == 0
        ? Send(silo, grain.GrainId, arguments)
        : new OutgoingCall<T>(silo, this, grain, arguments).RunAsync());

    /// <summary>Sends a call; gives its response.</summary>
    public Task<T> Send(Silo silo, GrainId target, object?[] arguments)
    {
        var call = new Call<T>(silo, this, arguments, target);
        if (IsOneWay)
        {
            silo.Catalog.Dispatch(call);
            return Task.FromResult<T>(default!);
        }

        silo.InFlight.Add(call, ResponseTimeout ?? silo.Messaging.ResponseTimeout);
        silo.Catalog.Dispatch(call);
        return call.Response;
    }

    private object? Returned(Task<T> response) => Info.ReturnType switch
    {
        { IsClass: true } => response,
        var nothing when nothing == typeof(void) => null,
        { IsGenericType: true } => new ValueTask<T>(response),
        _ => new ValueTask(response),
    };

    /// <summary>(grain, arguments) => From…(((IInterface)grain).Method((A)arguments[0], …))</summary>
    private Func<object, object?[], ValueTask<T>> Compile()
    {
        var grain = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object?[]));
        var call = Expression.Call(
            Expression.Convert(grain, Info.DeclaringType!),
            Info,
            Info.GetParameters().Select((parameter, i) =>
                Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), parameter.ParameterType)));
        var adapt = Info.ReturnType switch
        {
            { IsClass: true, IsGenericType: true } => nameof(FromTaskOf),
            { IsClass: true } => nameof(FromTask),
            _ => nameof(FromValueTask),
        };
        Expression body = Info.ReturnType == typeof(void)
            ? Expression.Block(call, Expression.Default(typeof(ValueTask<T>)))
            : Info.ReturnType == typeof(ValueTask<T>) ? call : Expression.Call(typeof(GrainMethod<T>), adapt, null, call);
        return Expression.Lambda<Func<object, object?[], ValueTask<T>>>(body, grain, arguments).Compile();
    }

    private static ValueTask<T> FromTaskOf(Task<T> task) => new(task);

    private static ValueTask<T> FromTask(Task task) => FromValueTask(new(task));

    private static ValueTask<T> FromValueTask(ValueTask task)
    {
        return task.IsCompletedSuccessfully ? default : Await(task);

        static async ValueTask<T> Await(ValueTask task)
        {
            await task;
            return default!;
        }
    }
}
