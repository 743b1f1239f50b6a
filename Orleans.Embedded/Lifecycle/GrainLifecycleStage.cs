namespace Orleans.Runtime;

/// <summary>The stages of an activation's start.</summary>
public static class GrainLifecycleStage
{
    /// <summary>Before all.</summary>
    public const int First = int.MinValue;

    /// <summary>States are read.</summary>
    public const int SetupState = 1000;

    /// <summary>The grain's own <c>OnActivateAsync</c>.</summary>
    public const int Activate = 2000;

    /// <summary>After all.</summary>
    public const int Last = int.MaxValue;
}
