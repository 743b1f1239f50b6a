using AudioOrleans.Grains.Interfaces.Operations;

namespace AudioOrleans.Grains.Operations;

/// <summary>One call of a grain's method under an operation, while it runs.</summary>
/// <param name="operation">What it is part of.</param>
/// <param name="grain">The grain that is called.</param>
/// <param name="method">The method.</param>
public sealed class OperationRun(Operation operation, GrainId grain, string method)
{
    private static readonly AsyncLocal<OperationRun?> Running = new();
    private volatile bool _over;

    /// <summary>The call that runs here; null for none. What a call leaves behind is no part of it any more.</summary>
    public static OperationRun? Current => Running.Value is { _over: false } run ? run : null;

    /// <summary>What it is part of.</summary>
    public Operation Operation => operation;

    /// <summary>The grain that is called.</summary>
    public GrainId Grain => grain;

    /// <summary>The method.</summary>
    public string Method => method;

    /// <summary>Whether it wrote something.</summary>
    public bool HasWritten { get; set; }

    /// <summary>Whether it was kept from writing, since another attempt has done it.</summary>
    public bool WasDone { get; set; }

    /// <summary>Begins, for what the caller calls from here on.</summary>
    public void Begin() => Running.Value = this;

    /// <summary>Ends.</summary>
    public void End() => _over = true;
}
