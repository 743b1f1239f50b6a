namespace Orleans.Runtime;

/// <summary>Work to do as the silo starts.</summary>
public interface IStartupTask
{
    /// <summary>Does it; grains may be called.</summary>
    Task Execute(CancellationToken cancellationToken);
}
