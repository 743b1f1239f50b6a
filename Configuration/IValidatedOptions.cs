namespace AudioOrleans.Configuration;

/// <summary>Options that are bound from one section and validated at startup.</summary>
public interface IValidatedOptions
{
    /// <summary>The section, such as <c>Jobs</c> or <c>Objects:S3</c>.</summary>
    static abstract string Section { get; }

    /// <summary>Reports each value that is out of range or conflicts with another. Values of the wrong type are reported separately.</summary>
    void Check(OptionsProblems problems)
    {
    }
}
