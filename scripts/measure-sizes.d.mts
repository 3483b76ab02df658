export declare function measureSizes(): Promise<{ readonly name: string; readonly bytes: number; readonly budget: number | undefined }[]>
