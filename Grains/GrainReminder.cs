namespace AudioOrleans.Grains;

/// <summary>A grain's only reminder, which is set or not.</summary>
/// <param name="grain">The grain.</param>
/// <param name="name">The reminder's name, which is stored.</param>
internal sealed class GrainReminder(IGrainBase grain, string name)
{
    /// <summary>The shortest period that Orleans allows.</summary>
    public static readonly TimeSpan ShortestPeriod = TimeSpan.FromMinutes(1);

    /// <summary>Sets the reminder, or changes it.</summary>
    public Task SetAsync(TimeSpan due, TimeSpan period) => grain.RegisterOrUpdateReminder(name, due, period);

    /// <summary>Removes the reminder if it is set.</summary>
    public async Task ClearAsync()
    {
        if (await grain.GetReminder(name) is { } reminder)
            await grain.UnregisterReminder(reminder);
    }
}
