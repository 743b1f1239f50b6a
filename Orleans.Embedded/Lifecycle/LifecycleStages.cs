namespace Orleans;

/// <summary>The stages of a silo's start.</summary>
public static class ServiceLifecycleStage
{
    /// <summary>Before all.</summary>
    public const int First = int.MinValue;

    /// <summary>The runtime is set up.</summary>
    public const int RuntimeInitialize = 2000;

    /// <summary>The runtime's services start.</summary>
    public const int RuntimeServices = 4000;

    /// <summary>Storage starts.</summary>
    public const int RuntimeStorageServices = 6000;

    /// <summary>Services that grains need start.</summary>
    public const int RuntimeGrainServices = 8000;

    /// <summary>Right after those.</summary>
    public const int AfterRuntimeGrainServices = 8100;

    /// <summary>The application's services start.</summary>
    public const int ApplicationServices = 10000;

    /// <summary>Right before calls are taken.</summary>
    public const int BecomeActive = Active - 1;

    /// <summary>Calls are taken.</summary>
    public const int Active = 20000;

    /// <summary>After all.</summary>
    public const int Last = int.MaxValue;
}
