namespace Orleans.Runtime;

/// <summary>A timer of an activation; it ends with it, or when disposed.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Starts anew with these times.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}
