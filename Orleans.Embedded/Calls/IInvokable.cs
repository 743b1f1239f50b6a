using System.Reflection;

namespace Orleans.Serialization.Invocation;

/// <summary>The request of a call, as filters see it.</summary>
public interface IInvokable : IDisposable
{
    /// <summary>True when the method takes a token.</summary>
    bool IsCancellable { get; }

    /// <summary>The grain object, once it is known.</summary>
    object? GetTarget();

    /// <summary>How many arguments the method takes.</summary>
    int GetArgumentCount();

    /// <summary>An argument.</summary>
    object? GetArgument(int index);

    /// <summary>Changes an argument before the method runs.</summary>
    void SetArgument(int index, object value);

    /// <summary>The method's name.</summary>
    string GetMethodName();

    /// <summary>The interface's name.</summary>
    string GetInterfaceName();

    /// <summary>The interface's method.</summary>
    MethodInfo GetMethod();

    /// <summary>The interface.</summary>
    Type GetInterfaceType();

    /// <summary>The method's own response timeout, if it has one.</summary>
    TimeSpan? GetDefaultResponseTimeout();

    /// <summary>The token that the method gets.</summary>
    CancellationToken GetCancellationToken();
}
